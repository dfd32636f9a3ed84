package iam_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam/iamtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

func TestTheContractOfUsersOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	iamtest.UsersContract(t, newMotoUsers)
}

// If this test fails, moto has become more like IAM: remove that difference.
func TestMotoStillDiffersInUsers(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	moto.IAMUsers.StillHold(t, map[moto.Difference]func(*testing.T) bool{
		moto.NoUserBoundary: func(t *testing.T) bool {
			bob, err := newMotoUsers(t).API.GetUser(t.Context(), &awsiam.GetUserInput{UserName: aws.String("bob")})
			return err == nil && bob.User.PermissionsBoundary == nil
		},
	})
}

func newMotoUsers(t *testing.T) iamtest.Users {
	t.Helper()
	ctx, account := t.Context(), moto.NewAccount(t)
	api := awsiam.NewFromConfig(account.Config())
	env := iamtest.Users{API: api, AccountID: account.ID, Differs: moto.IAMUsers}
	bob, ops := aws.String("bob"), aws.String("ops")
	var failed []error
	did := func(_ any, err error) { failed = append(failed, err) }
	document := aws.String(iamtest.Inline["own"])
	for i, name := range []string{"one", "two"} {
		made, err := api.CreatePolicy(ctx, &awsiam.CreatePolicyInput{PolicyName: &name, PolicyDocument: document})
		if err != nil {
			t.Fatal(err)
		}
		env.Managed[i] = *made.Policy.Arn
	}
	tags := []types.Tag{}
	for key, value := range iamtest.Tags {
		tags = append(tags, types.Tag{Key: &key, Value: &value})
	}
	did(api.CreateUser(ctx, &awsiam.CreateUserInput{UserName: aws.String("carol")}))
	did(api.CreateUser(ctx, &awsiam.CreateUserInput{UserName: bob, Path: aws.String("/ops/"), PermissionsBoundary: &env.Managed[0], Tags: tags}))
	for name, text := range iamtest.Inline {
		did(api.PutUserPolicy(ctx, &awsiam.PutUserPolicyInput{UserName: bob, PolicyName: &name, PolicyDocument: &text}))
	}
	for _, group := range []string{"dev", "ops"} {
		did(api.CreateGroup(ctx, &awsiam.CreateGroupInput{GroupName: &group}))
		did(api.AddUserToGroup(ctx, &awsiam.AddUserToGroupInput{GroupName: &group, UserName: bob}))
	}
	for _, name := range []string{"deploy", "look"} {
		did(api.PutGroupPolicy(ctx, &awsiam.PutGroupPolicyInput{GroupName: ops, PolicyName: &name, PolicyDocument: document}))
	}
	for _, policy := range env.Managed {
		did(api.AttachUserPolicy(ctx, &awsiam.AttachUserPolicyInput{UserName: bob, PolicyArn: &policy}))
		did(api.AttachGroupPolicy(ctx, &awsiam.AttachGroupPolicyInput{GroupName: ops, PolicyArn: &policy}))
	}
	for _, err := range failed {
		if err != nil {
			t.Fatal(err)
		}
	}
	key, err := api.CreateAccessKey(ctx, &awsiam.CreateAccessKeyInput{UserName: bob})
	if err != nil {
		t.Fatal(err)
	}
	env.Key = *key.AccessKey.AccessKeyId
	return env
}
