// A server of oidc-provider's with one confidential client and its own development pages.
// Arguments: issuer, port, redirect URI, client authentication.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.MODULES}/`);
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const [issuer, port, redirectUri, authentication] = process.argv.slice(2);
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'other',
    client_secret: 'a secret: with/blanks+and%signs',
    application_type: 'native',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: authentication,
  }],
  issueRefreshToken: () => true,
  pkce: { required: () => true },
  cookies: { keys: ['for tests only'] },
});
provider.proxy = issuer.startsWith('https:');
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
