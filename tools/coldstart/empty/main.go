// Command empty is the smallest possible Lambda function in Go: the baseline for the
// start times of the others.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func() {}) }
