"""A shop on Flask, as small as it can be: every login is refused, and what is searched for is answered."""

import sys

from flask import Flask, request

app = Flask(__name__)


@app.post("/login")
def login():
    return {"error": "wrong password"}, 401


@app.get("/search")
def search():
    return {"results": [request.args.get("q", "")]}


app.run(host="127.0.0.1", port=int(sys.argv[1]))
