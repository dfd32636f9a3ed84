// Package history has executions of state machines and their events, as plain
// types: what Step Functions answers and what the interpreter on a laptop
// writes are the same here. Views of them stand in the folders beside it.
package history
