package deployment

import (
	"fmt"
	"strings"
)

// NotOursError says that a stack lacks outputs that this product's has.
type NotOursError struct {
	Stack   string
	Lacking []string // the outputs' keys
}

// Error says what to do.
func (e *NotOursError) Error() string {
	return fmt.Sprintf("the stack %s has no output %s: it is not infra/template.yaml, or of another version; "+
		"name the deployed one with --stack, or deploy this version", e.Stack, strings.Join(e.Lacking, ", "))
}

// UnfinishedError says that a stack's creation has not ended, or has failed.
type UnfinishedError struct{ Stack, Status string }

// Error says what to do.
func (e *UnfinishedError) Error() string {
	if notMade(e.Status) {
		return fmt.Sprintf("the stack %s is %s, its creation failed: aws cloudformation describe-stack-events --stack-name %[1]s says why; delete it, and deploy again",
			e.Stack, e.Status)
	}
	return fmt.Sprintf("the stack %s is %s, it is still being created: try again when this ends: "+
		"aws cloudformation wait stack-create-complete --stack-name %[1]s", e.Stack, e.Status)
}

// FileError says what is wrong with the file of settings.
type FileError struct {
	Path string
	Err  error // names the line, where it is about one
}

// Error names the file.
func (e *FileError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap gives what is wrong.
func (e *FileError) Unwrap() error { return e.Err }
