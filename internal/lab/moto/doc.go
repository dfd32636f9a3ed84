// Package moto lends tests an AWS account that nobody here wrote: moto's
// server, as a process of its own that answers over HTTP on the loopback.
//
// A test binary starts one server, when the first test asks for an account.
// The server ends with the binary, however that ends. Every account is a fresh
// one, so that tests neither see nor reset each other's.
//
// moto is a Python program: pip install 'moto[server]'. Where moto_server is
// not on the PATH the tests are skipped, or fail, where QUARANTINE_REQUIRE_MOTO=1.
// https://docs.getmoto.org/en/latest/docs/server_mode.html
package moto
