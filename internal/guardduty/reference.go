package guardduty

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/arn"
)

// Reference names a finding as people copy it. What they do not say is "".
type Reference struct{ ID, DetectorID, AccountID, Region string }

// ParseReference reads a finding's id, or its ARN. The error says what was expected.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonguardduty.html#amazonguardduty-resources-for-iam-policies
func ParseReference(text string) (Reference, error) {
	if !strings.HasPrefix(text, "arn:") {
		if !isToken(text) || strings.ContainsAny(text, "/:") {
			return Reference{}, fmt.Errorf("%q is no finding's id: GuardDuty's have 32 hexadecimal digits", text)
		}
		return Reference{ID: text}, nil
	}
	a, ok := arn.Parse(text)
	p := strings.Split(a.Resource, "/")
	if !ok || a.Service != "guardduty" || !isRegion(a.Region) || !isAccount(a.Account) ||
		len(p) != 4 || p[0] != "detector" || !isToken(p[1]) || p[2] != "finding" || !isToken(p[3]) {
		return Reference{}, fmt.Errorf("%q is no finding's ARN: those have the form arn:aws:guardduty:REGION:ACCOUNT:detector/ID/finding/ID", text)
	}
	return Reference{ID: p[3], DetectorID: p[1], AccountID: a.Account, Region: a.Region}, nil
}
