// Package infra has the templates that programs deploy themselves.
package infra

import _ "embed"

// Demo is the template of a workload to be contained, in a VPC of its own.
//
//go:embed demo.yaml
var Demo string
