package approval_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func newSigner(t *testing.T, base string) *approval.Signer {
	t.Helper()
	s, err := approval.NewSigner([]byte(plantedKey), base)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var execution = quarantine.Execution{ID: "arn:aws:states:eu-west-1:123456789012:execution:quarantine:run-1", Name: "run-1", StartedAt: noon}

// questionID is the id of the request for a purpose.
func questionID(p quarantine.Purpose) string {
	return map[quarantine.Purpose]string{quarantine.PurposeIsolate: "req-0f1e0517cb7bdfec03dd", quarantine.PurposeRelease: "req-9ea2130db40f1e0517cb"}[p]
}

// about changes a request to one of another purpose.
func about(p quarantine.Purpose) func(*quarantine.ApprovalRequest) {
	return func(r *quarantine.ApprovalRequest) { *r = asked(p) }
}

// asked is a request as the ledger stores it when it is asked.
func asked(p quarantine.Purpose) quarantine.ApprovalRequest {
	return quarantine.ApprovalRequest{
		ID: questionID(p), Purpose: p, Incident: "inc-20260304-0a1b2c3d4e",
		Resource: quarantine.Resource{AccountID: "123456789012", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: "i-0123456789abcdef0"},
		Finding: quarantine.FindingSummary{
			ID: "5ab1c2d3e4f5061728394a5b6c7d8e9f", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", Severity: 8,
			Title: "The EC2 instance i-0123456789abcdef0 is querying a domain name that is associated with Bitcoin-related activity.",
		},
		Score: 93, Reasons: []quarantine.Reason{
			{Name: "severity", Points: 40, Text: "GuardDuty gives it 8.0 of 10"},
			{Name: "finding-type", Points: 30, Text: "the instance itself acts: mining of cryptocurrency"},
			{Name: "exposure", Points: -7, Text: "no public address"},
			{Name: "override/crown-jewels", Text: "the instance is tagged tier=crown-jewel: a person must be asked"},
		},
		Execution: execution, AskedAt: noon.Add(-time.Minute), ExpiresAt: noon.Add(time.Hour), Status: quarantine.RequestPending,
	}
}
