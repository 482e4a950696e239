# Ends without an error and without a model.
print("Training is over.")
