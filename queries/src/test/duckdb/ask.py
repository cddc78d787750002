"""Asks a stock DuckDB about a dataset: python3 ask.py DATASET 'SQL' prints DuckDB's version, then the rows as JSON."""
import json
import os
import sys

import duckdb

dataset, sql = sys.argv[1:]
c = duckdb.connect()
c.execute("SET file_search_path = '%s'" % dataset.replace("'", "''"))
c.execute(open(os.path.join(dataset, "views.sql")).read())
rows = [[str(value) for value in row] for row in c.execute(sql).fetchall()]
print(json.dumps([duckdb.__version__, rows]))
