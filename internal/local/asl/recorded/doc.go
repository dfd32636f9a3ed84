// Package recorded holds the interpreter to histories that another interpreter gave: the Step Functions parser in
// moto, which is LocalStack's, with the reference implementation of JSONata. record.py recorded them, and each file
// says when and with which versions; "go tool task record" records them again.
//
// A case is a definition, an input and a script of what the tasks answer. What the two histories differ in is either
// a fault of ours or stands in Differences, with the AWS document that says who is right.
package recorded
