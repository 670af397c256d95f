"""`diagnose batch` on Apache Spark: one process a partition, fed and read at the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import islice
from subprocess import PIPE, Popen

import pandas
from pyspark.sql.functions import col, struct, to_json

# How many reports go back to Spark together.
TOGETHER = 1000


def lines(cases):
    """The input lines of `diagnose batch`, from a table whose columns are the fields of such a line."""
    return cases.select(to_json(struct("*")).alias("line"))


def reports(lines, command=("diagnose", "batch", "-")):
    """A table with the column `report`: one for each line of the only column of `lines`, in the same order.

    `command` is not the place for a secret: every user of a node can read it there.
    """
    line = col(lines.columns[0])
    # The program skips empty lines. As bytes, a line arrives as it was logged, UTF-8 or not.
    filled = lines.where(line.rlike(r"\S")).select(line.cast("binary"))
    return filled.mapInPandas(partial(_diagnose, command), "report string")


def _diagnose(command, batches):
    with ThreadPoolExecutor(1) as writer, Popen(command, stdin=PIPE, stdout=PIPE) as process:
        # Written by another thread: who writes everything before he reads waits for ever once both pipes are full.
        sent = writer.submit(_send, batches, process.stdin)
        received = 0
        while some := list(islice(process.stdout, TOGETHER)):
            received += len(some)
            yield pandas.DataFrame({"report": [report.decode().rstrip("\n") for report in some]})
        # Exit status 1 and 2 are answers too, so it is the count that tells of a program that ended early.
        if sent.result() != received:
            raise RuntimeError(
                f"{command[0]} gave {received} reports for {sent.result()} lines and ended with status"
                f" {process.wait()}; what it said is in the executor's log"
            )


def _send(batches, stdin):
    sent = 0
    # A pipe that breaks has lost a line that was counted.
    with suppress(BrokenPipeError), stdin:
        for batch in batches:
            for line in batch.iloc[:, 0]:
                sent += 1
                stdin.write(line + b"\n")
    return sent
