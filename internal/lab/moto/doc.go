// Package moto gives tests an AWS account that was not written for this repository: moto's
// server, in a process of its own that answers over HTTP on the loopback interface.
//
// A test binary starts one server, when the first test asks for an account. The server
// ends with the test binary, even if that crashes. Every account is a new one, so that
// tests neither see nor reset each other's resources.
//
// moto is a Python program: pip install 'moto[server]'. If moto_server is not on the
// PATH, the tests are skipped, or fail if QUARANTINE_REQUIRE_MOTO=1.
// https://docs.getmoto.org/en/latest/docs/server_mode.html
package moto
