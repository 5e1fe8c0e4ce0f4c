"""Draws what a terminal program printed, with colours, as an SVG picture. Arguments: the recording, the picture."""

import io
import re
import sys

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

recording, picture = sys.argv[1:]
text = open(recording, encoding='utf-8').read()
# Tokens of 600 characters say no more than their beginnings.
text = re.sub(r'(stampSIM001\.\w{4}!IAAAA[\w-]{6})[\w-]+', r'\1…', text)
console = Console(record=True, width=110, file=io.StringIO(), force_terminal=True)
console.print('$ cargo xtask demo', style='bold', highlight=False)
console.print(Text.from_ansi(text), highlight=False)
svg = console.export_svg(title='exact-preauth', theme=MONOKAI)
# The picture asks no other server for its font.
svg = re.sub(r'@font-face \{.*?\}\n', '', svg, flags=re.S)
svg = '\n'.join(line.rstrip() for line in svg.splitlines())
open(picture, 'w', encoding='utf-8').write(svg + '\n')
