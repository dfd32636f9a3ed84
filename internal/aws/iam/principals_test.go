package iam_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	ofLambda = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	inline   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}`
	managed  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
)

func named(t *testing.T, all []preflight.Principal, name string) preflight.Principal {
	t.Helper()
	at := slices.IndexFunc(all, func(p preflight.Principal) bool { return p.Name == name })
	if at < 0 {
		t.Fatalf("%s is not among %+v", name, all)
	}
	return all[at]
}

func TestUsersAndRolesAreReadWithTheirPolicies(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	a.AddRole(account.Role{Name: "worker", Path: "/team/", Trust: ofLambda})
	a.SetPolicy("worker", "all", inline)
	a.AddUser(account.User{Name: "alice", Policies: map[string]string{"all": inline}})
	found, all, err := iam.NewPrincipals(a.IAM()).Principals(t.Context(), quarantine.Resource{})
	if err != nil || !all || len(found) != 2 {
		t.Fatal(found, all, err)
	}
	if p := named(t, found, "worker"); p.User || p.Path != "/team/" || p.Trust != ofLambda || !slices.Equal(p.Policies, []string{inline}) || !strings.HasSuffix(p.ARN, ":role/team/worker") {
		t.Errorf("%+v", p)
	}
	if p := named(t, found, "alice"); !p.User || !slices.Equal(p.Policies, []string{inline}) {
		t.Errorf("%+v", p)
	}
}

// What managed policies and groups give a user is among the user's, too.
func TestManagedPoliciesAndGroupsAreReadOverMoto(t *testing.T) {
	t.Parallel()
	ctx, api := t.Context(), awsiam.NewFromConfig(moto.NewAccount(t).Config())
	alice, ops := aws.String("alice"), aws.String("ops")
	_, err1 := api.CreateUser(ctx, &awsiam.CreateUserInput{UserName: alice})
	_, err2 := api.CreateGroup(ctx, &awsiam.CreateGroupInput{GroupName: ops})
	_, err3 := api.AddUserToGroup(ctx, &awsiam.AddUserToGroupInput{GroupName: ops, UserName: alice})
	_, err4 := api.PutGroupPolicy(ctx, &awsiam.PutGroupPolicyInput{GroupName: ops, PolicyName: aws.String("all"), PolicyDocument: aws.String(inline)})
	made, err5 := api.CreatePolicy(ctx, &awsiam.CreatePolicyInput{PolicyName: aws.String("buckets"), PolicyDocument: aws.String(managed)})
	for _, err := range []error{err1, err2, err3, err4, err5} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := api.AttachUserPolicy(ctx, &awsiam.AttachUserPolicyInput{UserName: alice, PolicyArn: made.Policy.Arn}); err != nil {
		t.Fatal(err)
	}
	found, all, err := iam.NewPrincipals(api).Principals(ctx, quarantine.Resource{})
	if err != nil || !all {
		t.Fatal(err)
	}
	if p := named(t, found, "alice"); !slices.Equal(p.Policies, []string{managed, inline}) {
		t.Errorf("%+v", p)
	}
}
