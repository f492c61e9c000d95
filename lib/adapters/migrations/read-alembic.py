"""Reads the migrations of an Alembic project as Alembic itself orders them, and how each can be undone.

Arguments: the configuration file, the working folder. The answer is JSON on standard output. Connects to nothing.
"""

import ast
import hashlib
import json
import os
import re
import sys

import alembic
from alembic.config import Config
from alembic.script import ScriptDirectory

LOSSY_CALLS = {"drop_table": "drops the table", "drop_column": "drops the column"}
LOSSY_SQL = re.compile(
    r"\b(DELETE\s+FROM|TRUNCATE|DROP\s+TABLE|DROP\s+SCHEMA|DROP\s+COLUMN)\b", re.IGNORECASE
)
WRITTEN = re.compile(r"^Create Date:\s*(\S.*?)\s*$", re.MULTILINE)


def texts(node):
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


def is_nothing(statement):
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None or isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def body_of(tree, name):
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            return node
    return None


def does_nothing(function):
    return function is None or all(is_nothing(one) for one in function.body)


def loss_of(call):
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    given = [a.value if isinstance(a, ast.Constant) else "…" for a in call.args]
    if name in LOSSY_CALLS:
        return "%s %s" % (LOSSY_CALLS[name], ".".join(str(one) for one in given[:2]))
    if name == "execute":
        sql = " ".join(text for arg in call.args for text in texts(arg))
        if LOSSY_SQL.search(sql):
            return "runs " + " ".join(sql.split())[:200]
        if not sql:
            return "runs SQL that cannot be read from the file"
    return None


def undoing(path, folder):
    with open(path, "rb") as file:
        source = file.read()
    tree = ast.parse(source)
    down = body_of(tree, "downgrade")
    losses, can, line, transactional = [], "yes", 1, True
    if down is None:
        can = "missing"
    else:
        line = down.lineno
        raising = [one for one in down.body if isinstance(one, ast.Raise)]
        if raising:
            can, line = "raises", raising[0].lineno
        elif does_nothing(down):
            can = "nothing" if does_nothing(body_of(tree, "upgrade")) else "empty"
        for node in ast.walk(down):
            if isinstance(node, ast.Call):
                loss = loss_of(node)
                if loss:
                    losses.append({"line": node.lineno, "what": loss})
            if isinstance(node, ast.Attribute) and node.attr == "autocommit_block":
                transactional = False
    losses.sort(key=lambda one: one["line"])
    return {
        "can": can,
        "file": os.path.relpath(path, folder),
        "line": line,
        "sha256": hashlib.sha256(source).hexdigest(),
        "isTransactional": transactional,
        "losses": losses[:50],
    }


def main(ini, folder):
    # What the migrations print when they are loaded is no part of the answer.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    script = ScriptDirectory.from_config(Config(ini))
    migrations = []
    for one in script.walk_revisions("base", "heads"):
        written = WRITTEN.search(one.module.__doc__ or "")
        migrations.append(
            {
                "revision": one.revision,
                "after": list(one._versioned_down_revisions),
                "needs": list(one._resolved_dependencies),
                "writtenAt": written.group(1) if written else None,
                "undoing": undoing(one.path, folder),
            }
        )
    with answer:
        json.dump({"alembic": alembic.__version__, "migrations": migrations}, answer)


main(*sys.argv[1:])
