// Command empty is the least that a Lambda function in Go can be: the yardstick
// for how soon the others are ready.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func() {}) }
