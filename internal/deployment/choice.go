package deployment

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// DefaultStack is the stack that is looked for where no stack is named.
const DefaultStack = "quarantine"

// Variable is the environment variable that names a stack.
const Variable = "QUARANTINE_STACK"

// Choice is which stack is meant.
type Choice struct {
	// Stack is a name or an ARN; "" where no stack is named.
	Stack string
	// Source is what names it: --stack, the variable, or the path of the file.
	Source string
}

// Choose gives what names a stack, in this order: the flag's value, the
// variable's, the file's. The file at path is read only if it has to be; there
// need not be one.
//
// Errors: *FileError.
func Choose(flag, variable, path string) (Choice, error) {
	switch {
	case flag != "":
		return Choice{Stack: flag, Source: "--stack"}, nil
	case variable != "":
		return Choice{Stack: variable, Source: Variable}, nil
	}
	s, err := readSettings(path)
	if err != nil || s.Stack == "" {
		return Choice{}, err
	}
	return Choice{Stack: s.Stack, Source: path}, nil
}

// Named tells whether a stack is named.
func (c Choice) Named() bool { return c.Stack != "" }

// Name is the stack that is meant where there has to be one.
func (c Choice) Name() string { return cmp.Or(c.Stack, DefaultStack) }

// Place is the account and the region in the stack's ARN; empty where it is
// known by its name.
func (c Choice) Place() (account, region string) {
	id, _ := arn.Parse(c.Stack)
	return id.Account, id.Region
}

// unnamedWait is how long CloudFormation may take to say whether there is a
// stack that nobody has named.
const unnamedWait = 10 * time.Second

// Locate finds the deployment that is meant. Where no stack is named, that is the
// stack DefaultStack, if there is one and it is this product's, and else Laptop:
// who has nothing deployed need not be allowed to read stacks. What then speaks
// against Laptop is doubt, for a person to know; nil where nothing does.
//
// Errors: those of [Find]. Where no stack is named, only those that leave open
// whether there is one: Throttled; Unavailable; Unexpected.
func Locate(ctx context.Context, stacks Stacks, c Choice) (found Deployment, doubt, err error) {
	if c.Named() {
		found, err = Find(ctx, stacks, c.Stack)
		return found, nil, err
	}
	within, cancel := context.WithTimeout(ctx, unnamedWait)
	defer cancel()
	found, err = Find(within, stacks, DefaultStack)
	if err == nil {
		return found, nil, nil
	}
	if _, none := errors.AsType[*cloudformation.NoStackError](err); none {
		return Laptop, nil, nil
	}
	_, unfinished := errors.AsType[*UnfinishedError](err)
	_, another := errors.AsType[*NotOursError](err)
	if unfinished || another || quarantine.Is(err, quarantine.AccessDenied) {
		return Laptop, err, nil
	}
	return Deployment{}, nil, err
}
