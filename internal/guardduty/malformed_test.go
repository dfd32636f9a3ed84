package guardduty_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
)

const id = "detail.resource.instanceDetails.instanceId"

// refusals gives for each malformed fixture the field that the error names, and a part of its text.
var refusals = map[string]struct{ field, says string }{
	"malformed-not-json":                    {"event", "no JSON from byte 1"},
	"malformed-empty":                       {"event", "is empty"},
	"malformed-cut-off":                     {"event", "cut off after"},
	"malformed-list":                        {"event", "a list of 1"},
	"malformed-no-detail":                   {"detail", "no GuardDuty event at all"},
	"malformed-without-envelope":            {"detail", "a finding without its envelope"},
	"malformed-queue-records":               {"detail", "a batch from a queue"},
	"malformed-get-findings-response":       {"detail", "a response of the GetFindings API"},
	"malformed-get-findings-finding":        {"detail", "in PascalCase"},
	"malformed-pascal-in-envelope":          {"detail.id", `named "Id", as GetFindings returns it`},
	"malformed-pascal-service":              {"detail.service.additionalInfo", `named "AdditionalInfo"`},
	"malformed-security-hub":                {"source", "not Security Hub's copy"},
	"malformed-asff-finding":                {"detail", "a Security Hub finding (ASFF)"},
	"malformed-findings-list":               {"detail.findings", "send each finding"},
	"malformed-envelope-cut":                {"source", "cut down"},
	"malformed-wrong-source":                {"source", `"aws.guardduty", but is "com.example.test"`},
	"malformed-wrong-detail-type":           {"detail-type", `"GuardDuty Finding"`},
	"malformed-truncated":                   {"detail.resource", "missing"},
	"malformed-no-service":                  {"detail.service", "missing"},
	"malformed-type":                        {"detail.type", "Backdoor:EC2/Spambot"},
	"malformed-severity-text":               {"detail.severity", `a number, but is "HIGH"`},
	"malformed-severity-zero":               {"detail.severity", "above 0"},
	"malformed-severity-eleven":             {"detail.severity", "up to 10"},
	"malformed-count":                       {"detail.service.count", "a whole number from 1"},
	"malformed-account":                     {"detail.accountId", "12 digits"},
	"malformed-envelope-account":            {"account", "12 digits"},
	"malformed-region":                      {"detail.region", "us-east-1"},
	"malformed-archived-text":               {"detail.service.archived", "true or false"},
	"malformed-additional-info-sample":      {"detail.service.additionalInfo", "sample=true"},
	"malformed-role-that-decides":           {"detail.service.resourceRole", "a list of 1"},
	"malformed-sample-text":                 {"detail.service.additionalInfo.sample", "true or false"},
	"malformed-no-instance-details":         {"detail.resource.instanceDetails", "missing"},
	"malformed-no-instance-id":              {id, "missing"},
	"malformed-instance-id":                 {id, "8 or 17 hexadecimal digits"},
	"malformed-duplicate-key":               {"detail.severity", "given twice"},
	"malformed-sequence-reference":          {"detail.service.detection.sequence.resources[0].uid", "or its ARN"},
	"malformed-sequence-without-instances":  {"detail.service.detection.sequence.resources", "without any"},
	"malformed-too-many-instances":          {"detail.service.detection.sequence.resources", "at most 400"},
	"malformed-resource-not-named":          {"resource", "an instance that the finding names"},
	"malformed-resource-in-another-account": {"resource", "444455556666"},
	"malformed-resource-null":               {"resource", "missing"},
}

func TestEveryRefusalNamesTheFieldAndWhatWasExpected(t *testing.T) {
	t.Parallel()
	for name, want := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := guardduty.Parse(gdtest.Fixture(name))
			m := malformed(t, err)
			if m.Field != want.field {
				t.Errorf("field %q, want %q (%v)", m.Field, want.field, err)
			}
			if !strings.Contains(err.Error(), want.says) || !strings.Contains(err.Error(), m.Field) {
				t.Errorf("%q does not say %q", err, want.says)
			}
			if f.ID != "" || f.Instances != nil {
				t.Errorf("a finding was returned beside the error: %+v", f)
			}
		})
	}
}

func TestRefusalsAreShortAndPrintable(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\x1b[31mred", 2000)
	for name, event := range map[string]string{
		"value": `{"source":"` + strings.Repeat("é", 5000) + `","detail":{}}`,
		"key":   `{"a":1,"` + strings.ReplaceAll(long, "\x1b", `\u001b`) + `":1,"` + strings.ReplaceAll(long, "\x1b", `\u001b`) + `":2}`,
	} {
		_, err := guardduty.Parse([]byte(event))
		m := malformed(t, err)
		if len(m.Error()) > 700 || strings.ContainsAny(m.Error(), "\x1b\n") {
			t.Errorf("%s: %d bytes: %q", name, len(m.Error()), m.Error())
		}
	}
}
