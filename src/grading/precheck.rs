//! Reads the wire format of a model before ONNX Runtime sees it, and refuses what no honest model needs.
