"""Makes the files here: python3 make.py (pip install pyarrow polars). Rows of our own making, in the shapes that writers have."""
import polars
import pyarrow
import pyarrow.parquet

image = pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
shape = pyarrow.schema([("id", pyarrow.int32()), ("image_0", image), ("image_1", image), ("caption_0", pyarrow.string()),
                        ("caption_1", pyarrow.string()), ("collapsed_tag", pyarrow.string())])
pair = [("a dog behind a cat", "a cat behind a dog"), ("a red cup on a blue book", "a blue cup on a red book")]
rows = [{"id": at, "image_0": {"bytes": b"\x89PNG\0\xff", "path": f"{at}_0.png"}, "image_1": {"bytes": b"\xff\xd8", "path": f"{at}_1.png"},
         "caption_0": one, "caption_1": two, "collapsed_tag": "Object"} for at, (one, two) in enumerate(pair)]
# As the datasets library writes them, images and all.
pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, shape), "winoground.parquet", compression="snappy")
lists = {"caption": [one for one, _ in pair], "negative": [[two, two + "!"] for _, two in pair], "score": [0.5, None]}
polars.DataFrame(lists).write_parquet("lists.parquet", compression="zstd")
# Many rows of one text in a few kilobytes.
many = pyarrow.table({"caption": ["a dog behind a cat"] * 200_000, "negative": ["a cat behind a dog"] * 200_000})
pyarrow.parquet.write_table(many, "many.parquet", compression="gzip")
