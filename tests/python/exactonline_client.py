"""Python's exactonline, unchanged: prints the address to sign in at, reads a code, prints the division that it reads
through the tokens, and again after a refresh. The argument is its settings file."""

import sys

from exactonline.rawapi import ExactRawApi
from exactonline.resource import GET
from exactonline.storage.ini import IniStorage


def division(api):
    reply = api.rest(GET('v1/current/Me?$select=CurrentDivision'))
    return reply['d']['results'][0]['CurrentDivision']


api = ExactRawApi(storage=IniStorage(sys.argv[1]))
print(api.create_auth_request_url(), flush=True)
api.request_token(sys.stdin.readline().strip())
print('division', division(api), flush=True)
sys.stdin.readline()
api.refresh_token()
print('division', division(api), flush=True)
