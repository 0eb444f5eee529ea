//! tiergate
