//! tiergate-order
