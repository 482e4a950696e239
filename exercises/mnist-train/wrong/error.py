# Ends with an error in the middle.
print("assay: epoch=1 loss=2.3026 accuracy=0.1", flush=True)
raise ValueError("the loss is not a number")
