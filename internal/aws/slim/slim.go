// Package slim has clients of the SDK with the operations that are called, and no others.
//
// Where a program looks methods up by names that are known only when it runs, as command lines,
// templates and interpreters do, the linker keeps every method of every type that is ever in an
// interface: of the SDK's clients each operation of the service, with its types, some 700 of EC2
// alone. So the command line does not put these clients into interfaces, nor into what is in one:
// it has functions of them, and the linker leaves out what is not among those: half of the binary.
// The functions of Lambda call few services each, and take the SDK's clients themselves.
package slim

import "context"

// operation is one of a client's.
type operation[In, Out, Options any] func(context.Context, *In, ...func(*Options)) (*Out, error)
