package iam_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

func TestAUserOfTheSameNameIsAnotherOne(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	first := a.AddUser(account.User{Name: "bob", Policies: map[string]string{"own": "{}"}})
	key := a.AddAccessKey("bob")
	a.RemoveUser("bob")
	if got := a.AccessKey(key); got != "" {
		t.Errorf("the key of who is gone is %s", got)
	}
	second := a.AddUser(account.User{Name: "bob"})
	out, err := a.IAM().ListUserPolicies(t.Context(), &iam.ListUserPoliciesInput{UserName: aws.String("bob")})
	accounttest.NoErr(t, err)
	if first == second || len(first) != 21 || len(out.PolicyNames) > 0 {
		t.Errorf("the ids are %s and %s, and the policies %v", first, second, out.PolicyNames)
	}
}

func TestARenamedUserIsTheSameOne(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	id := a.AddUser(account.User{Name: "bob", Path: "/ops/"})
	a.RenameUser("bob", "rob")
	out, err := a.IAM().GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("rob")})
	accounttest.NoErr(t, err)
	if *out.User.UserId != id || *out.User.Arn != "arn:aws:iam::"+a.ID()+":user/ops/rob" || out.User.PasswordLastUsed != nil {
		t.Errorf("the user is %+v", out.User)
	}
	_, err = a.IAM().GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("bob")})
	accounttest.WantCode(t, err, "NoSuchEntity")
}

// A stale read shows the user who was there before the last change.
func TestAReadOfUsersCanBeStale(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.AddUser(account.User{Name: "bob", PasswordLastUsed: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)})
	a.Inject(account.Fault{Operation: "GetUser", Kind: account.Stale, Behind: 1})
	a.RemoveUser("bob")
	out, err := a.IAM().GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("bob")})
	accounttest.NoErr(t, err)
	if out.User.PasswordLastUsed == nil {
		t.Errorf("the user is %+v", out.User)
	}
}
