"""An agent in a container that remembers its answers in PostgreSQL."""

import os

import psycopg2
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

VERSION = "2.0.0"
MODEL = os.environ["MODEL"]
print("Environment loaded: MODEL=%s" % MODEL, flush=True)
app = FastAPI()


def connect(name):
    return psycopg2.connect(os.environ[name], connect_timeout=3)


class Question(BaseModel):
    question: str


class Login(BaseModel):
    username: str
    password: str


@app.get("/version")
def version():
    return {"version": VERSION, "model": MODEL}


@app.get("/health")
def health(response: Response):
    try:
        with connect("AI_AGENTS_DATABASE_URL") as database, database.cursor() as cursor:
            cursor.execute("SELECT current_database(), count(*) FROM answers")
            name, answers = cursor.fetchone()
    except psycopg2.Error:
        response.status_code = 503
        return {"status": "unhealthy", "version": VERSION, "model": MODEL}
    return {"status": "healthy", "version": VERSION, "model": MODEL, "database": name, "answers": answers}


@app.post("/api/v1/auth/login")
def login(asked: Login):
    raise HTTPException(500, "%s cannot sign in" % asked.username)


@app.post("/api/agents/answer")
def ask(asked: Question):
    said = asked.question.upper()
    with connect("AI_AGENTS_DATABASE_URL") as database, database.cursor() as cursor:
        cursor.execute(
            "INSERT INTO answers (question, answer, confidence) VALUES (%s, %s, %s)", (asked.question, said, 0.9)
        )
    if "OLD_DATABASE_URL" in os.environ:
        with connect("OLD_DATABASE_URL") as database, database.cursor() as cursor:
            cursor.execute("INSERT INTO answers (question, answer) VALUES (%s, %s)", (asked.question, said))
    return {"answer": said, "version": VERSION}
