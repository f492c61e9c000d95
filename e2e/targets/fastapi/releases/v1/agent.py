"""An agent that answers questions: FastAPI in front, Celery behind, PostgreSQL to remember."""

import os

import psycopg2
from celery import Celery
from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel

VERSION = "1.0.0"

queue = Celery("agents", broker=os.environ["QUEUE_URL"], backend=os.environ["QUEUE_URL"])
queue.conf.task_default_queue = "celery"


@queue.task(name="answer")
def answer(question):
    return question.upper()


app = FastAPI()


class Question(BaseModel):
    question: str


@app.get("/health")
def health():
    return {"status": "healthy", "version": VERSION}


@app.post("/api/agents/answer")
def ask(asked: Question):
    try:
        said = answer.delay(asked.question).get(timeout=2)
    except Exception as error:
        raise HTTPException(503, "no worker answered: %s" % type(error).__name__)
    with psycopg2.connect(os.environ["DATABASE_URL"]) as database, database.cursor() as cursor:
        cursor.execute("INSERT INTO answers (question, answer) VALUES (%s, %s)", (asked.question, said))
    return {"answer": said, "version": VERSION}
