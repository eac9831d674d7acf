//! Says how a module of Python is linked, and of what sources this one is made.

fn main() {
    pyo3_build_config::add_extension_module_link_args();
    println!("cargo::rerun-if-env-changed=INTEROP_SOURCES");
}
