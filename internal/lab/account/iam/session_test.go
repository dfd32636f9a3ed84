package iam_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/iam"
)

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
func TestADenyOfASessionWinsAndMeetsNoOther(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{AccountID: "111122223333", Region: "eu-west-1"})
	id := a.AddRole(account.Role{Name: "web"})
	may := func(instance, action string) string {
		allowed, by := a.May(iam.Session{Role: "web", Instance: instance}, action)
		if allowed {
			return "by " + by
		}
		return "not by " + by
	}
	want := func(what, instance, action, want string) {
		t.Helper()
		if got := may(instance, action); got != want {
			t.Errorf("%s: %s may %s %s, want %s", what, instance, action, got, want)
		}
	}
	if got := a.Granted("web"); got != "" {
		t.Errorf("without a policy %s is granted", got)
	}
	want("without a policy", "i-1", "s3:GetObject", "not by ")
	a.SetPolicy("web", "own", `{"Statement":[{"Effect":"Allow","Action":["s3:Get*","sqs:SendMessage"],"Resource":"*"}]}`)
	want("allowed", "i-1", "s3:GetObject", "by own")
	want("not named", "i-1", "s3:PutObject", "not by ")
	if got := a.Granted("web"); got != "s3:Get*" {
		t.Errorf("granted is %q", got)
	}
	for name, condition := range map[string]string{
		"by the instance": `{"ArnEquals":{"ec2:SourceInstanceARN":"arn:aws:ec2:eu-west-1:111122223333:instance/i-1"}}`,
		"by the session":  `{"StringLike":{"aws:userId":["` + id + `:i-1"]}}`,
	} {
		a.SetPolicy("web", "deny", `{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":`+condition+`}]}`)
		want(name, "i-1", "s3:GetObject", "not by deny")
		want(name, "i-2", "s3:GetObject", "by own")
	}
	a.SetPolicy("web", "deny", `{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]}`)
	want("a condition that is not understood", "i-1", "s3:GetObject", "by own")
}
