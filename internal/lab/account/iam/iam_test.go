package iam_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func put(role, policy, document string) *iam.PutRolePolicyInput {
	return &iam.PutRolePolicyInput{RoleName: &role, PolicyName: &policy, PolicyDocument: &document}
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func TestTheInlinePoliciesOfARoleShareTheirRoom(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.AddRole(account.Role{Name: "web"})
	text := func(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }
	_, err := a.IAM().PutRolePolicy(t.Context(), put("web", "one", "  "+text(6000)+" \n\t"))
	accounttest.NoErr(t, err)
	_, err = a.IAM().PutRolePolicy(t.Context(), put("web", "two", text(4241)))
	accounttest.WantCode(t, err, "LimitExceeded")
	_, err = a.IAM().PutRolePolicy(t.Context(), put("web", "two", text(4240)))
	accounttest.NoErr(t, err)
	_, err = a.IAM().PutRolePolicy(t.Context(), put("web", "one", text(6000))) // its own size counts once
	accounttest.NoErr(t, err)
	if got := a.Policies("web"); len(got) != 2 || got["one"] != text(6000) || got["two"] != text(4240) {
		t.Errorf("the policies are %d", len(got))
	}
}

func TestARoleOfTheSameNameIsAnotherOne(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	first := a.AddRole(account.Role{Name: "web"})
	a.SetPolicy("web", "p", "{}")
	a.RemoveRole("web")
	if second := a.AddRole(account.Role{Name: "web"}); second == first || len(a.Policies("web")) > 0 || len(first) != 21 {
		t.Errorf("the ids are %s and %s, and the policies %v", first, second, a.Policies("web"))
	}
}

func TestWhatIsNoPolicyIsRefused(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.AddRole(account.Role{Name: "web"})
	_, err := a.IAM().PutRolePolicy(t.Context(), put("web", "p", "{"))
	accounttest.WantCode(t, err, "MalformedPolicyDocument")
	_, err = a.IAM().DeleteRolePolicy(t.Context(), &iam.DeleteRolePolicyInput{RoleName: aws.String("web"), PolicyName: aws.String("p")})
	accounttest.WantCode(t, err, "NoSuchEntity")
}

func TestALatePutIsCarriedOutAfterADelete(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.AddRole(account.Role{Name: "web"})
	a.Inject(account.Fault{Operation: "PutRolePolicy", Kind: account.Delayed, Times: 1})
	if _, err := a.IAM().PutRolePolicy(t.Context(), put("web", "p", "{}")); err == nil || len(a.Policies("web")) > 0 {
		t.Fatalf("a lost request answers %v, and the policies are %v", err, a.Policies("web"))
	}
	accounttest.NoErr(t, a.ApplyDelayed())
	if a.Policies("web")["p"] != "{}" {
		t.Errorf("the policies are %v", a.Policies("web"))
	}
}
