"""A shop on Flask, as small as it can be: every login is refused, what is searched for is answered, and
the admin page is open to anybody."""

import sys

from flask import Flask, request

app = Flask(__name__)


@app.post("/login")
def login():
    return {"error": "wrong password"}, 401


@app.get("/search")
def search():
    return {"results": [request.args.get("q", "")]}


@app.get("/admin")
def admin():
    return "<h1>Admin</h1>"


app.run(host="127.0.0.1", port=int(sys.argv[1]))
