package guardduty

import (
	"slices"
	"strings"
)

// OnHost tells whether findings of a type are of what was seen on the host itself, by the runtime
// agent or in its volumes. All others are of traffic or names, in which an instance that forwards
// stands for the hosts behind it.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-active.html
func OnHost(findingType string) bool {
	return strings.Contains(findingType, ":Runtime/") ||
		slices.Contains([]string{"Execution:EC2/MaliciousFile", "Execution:EC2/SuspiciousFile"}, findingType)
}
