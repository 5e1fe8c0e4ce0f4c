// Starts the page: loads the WebAssembly that stands in this script's own attributes.
const { js, wasm } = document.querySelector('script[data-js]').dataset;
const page = await import(new URL(js, document.baseURI));
await page.default({ module_or_path: new URL(wasm, document.baseURI) });
