"""A plugin for proxy.py: leads every connection to the test's server, and notes what was asked for."""

import os

from proxy.http.proxy import HttpProxyBasePlugin


class ToTheTestServer(HttpProxyBasePlugin):
    def before_upstream_connection(self, request):
        with open(os.environ['ASKED_FOR'], 'a', encoding='ascii') as notes:
            notes.write(f'{request.host.decode()}:{request.port}\n')
        request.host = b'127.0.0.1'
        request.port = int(os.environ['TEST_SERVER_PORT'])
        return request
