// Package arn takes Amazon Resource Names apart and puts them together, and
// knows the partitions that they begin with. It is the one place that does.
package arn

import "strings"

// ARN is an Amazon Resource Name, taken apart:
// arn:partition:service:region:account:resource. Region and account are empty
// for what has none, such as a bucket or a role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type ARN struct {
	Partition, Service, Region, Account string
	// Resource is the rest, with the colons and slashes that it has.
	Resource string
}

// Parse takes an ARN of any partition apart, and tells whether it is one.
func Parse(s string) (ARN, bool) {
	p := strings.SplitN(s, ":", 6)
	if len(p) < 6 || p[0] != "arn" || !IsPartition(p[1]) || p[2] == "" || p[5] == "" {
		return ARN{}, false
	}
	return ARN{Partition: p[1], Service: p[2], Region: p[3], Account: p[4], Resource: p[5]}, true
}

// String puts the ARN together.
func (a ARN) String() string {
	return strings.Join([]string{"arn", a.Partition, a.Service, a.Region, a.Account, a.Resource}, ":")
}

// Execution names an execution of a state machine:
// arn:partition:states:region:account:execution:machine:name. The execution of a
// version or an alias has that before its name, and a colon between them.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
type Execution struct{ Partition, Region, Account, Machine, Name string }

// ParseExecution takes an execution's ARN apart, and tells whether it is one.
func ParseExecution(s string) (Execution, bool) {
	a, ok := Parse(s)
	rest, isExecution := strings.CutPrefix(a.Resource, "execution:")
	machine, name, hasName := strings.Cut(rest, ":")
	if !ok || a.Service != "states" || !isExecution || !hasName {
		return Execution{}, false
	}
	return Execution{Partition: a.Partition, Region: a.Region, Account: a.Account, Machine: machine, Name: name}, true
}

// String puts the ARN together; without a name, it is what the ARNs of all of
// the machine's executions begin with.
func (e Execution) String() string { return e.of("execution:" + e.Machine + ":" + e.Name) }

// StateMachine is the ARN of the execution's state machine.
func (e Execution) StateMachine() string { return e.of("stateMachine:" + e.Machine) }

func (e Execution) of(resource string) string {
	return ARN{Partition: e.Partition, Service: "states", Region: e.Region, Account: e.Account, Resource: resource}.String()
}
