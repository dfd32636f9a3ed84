// Package recorded compares the interpreter with histories that another interpreter wrote: the Step Functions parser
// in moto, which is LocalStack's, with the reference implementation of JSONata. record.py recorded them; each file
// has the date and the versions. "go tool task record" records them again.
//
// A case is a definition, an input and a script of the tasks' results. Every difference between the two histories is
// either a fault of this interpreter or listed in Differences, with the AWS document that says which one is right.
package recorded
