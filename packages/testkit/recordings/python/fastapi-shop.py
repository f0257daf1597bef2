"""The same shop on FastAPI and uvicorn."""

import sys

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

app = FastAPI()


@app.post("/login")
def login():
    return JSONResponse({"error": "wrong password"}, 401)


@app.get("/search")
def search(q: str = ""):
    return {"results": [q]}


@app.get("/admin")
def admin():
    return HTMLResponse("<h1>Admin</h1>")


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
