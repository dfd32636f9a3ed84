// Package asl runs Amazon States Language definitions locally, as Step Functions runs a Standard workflow:
// the same states, errors, retries, timeouts and task tokens, and the execution history that
// GetExecutionHistory returns. It supports the JSONata query language only.
//
// It is strict: Parse refuses every state, field and error name that it does not know. It has no AWS services:
// a TaskFunc does the work of a Task state. All its blocking and all its concurrency go through a Clock.
//
// See https://states-language.net/spec.html and
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html.
package asl
