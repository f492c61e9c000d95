"""An agent that answers from the files of its knowledge base, as they are when it is asked."""

import http.server
import json
import os
import sys

VERSION = "1.0.0"
knowledge = sys.argv[1]
settings = {"tone": os.environ["TONE"], "pid": os.getpid()}


class Agent(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = {}
        for name in sorted(os.listdir(knowledge)):
            try:
                with open(os.path.join(knowledge, name)) as file:
                    known[name] = file.read().strip()
            except FileNotFoundError:
                # It is being replaced at this moment.
                continue
        body = json.dumps({"version": VERSION, "knows": known, **settings}).encode()
        self.send_response(200 if self.path in ("/version", "/answer") else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Agent).serve_forever()
