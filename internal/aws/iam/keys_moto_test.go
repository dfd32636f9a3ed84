package iam_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam/iamtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

func TestTheContractOfKeysOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	iamtest.KeysContract(t, newMotoKeys)
}

// If this test fails, moto has become more like IAM: remove that difference.
func TestMotoStillDiffersInKeys(t *testing.T) {
	t.Parallel()
	account := moto.NewAccount(t)
	moto.IAMKeys.StillHold(t, map[moto.Difference]func(*testing.T) bool{
		moto.MissingKeyIsNamed: func(t *testing.T) bool {
			_, err := awsiam.NewFromConfig(account.Config()).GetAccessKeyLastUsed(t.Context(), &awsiam.GetAccessKeyLastUsedInput{AccessKeyId: aws.String("AKIA0000000000000000")})
			return awserror.HasCode(err, "NoSuchEntity")
		},
	})
}

func newMotoKeys(t *testing.T) iamtest.Keys {
	t.Helper()
	account := moto.NewAccount(t)
	api := awsiam.NewFromConfig(account.Config())
	user := aws.String("alice")
	if _, err := api.CreateUser(t.Context(), &awsiam.CreateUserInput{UserName: user}); err != nil {
		t.Fatal(err)
	}
	env := iamtest.Keys{API: api, AccountID: account.ID, Differs: moto.IAMKeys}
	for i := range env.IDs {
		made, err := api.CreateAccessKey(t.Context(), &awsiam.CreateAccessKeyInput{UserName: user})
		if err != nil {
			t.Fatal(err)
		}
		env.IDs[i] = *made.AccessKey.AccessKeyId
	}
	env.Delete = func(t *testing.T, id string) {
		t.Helper()
		if _, err := api.DeleteAccessKey(t.Context(), &awsiam.DeleteAccessKeyInput{UserName: user, AccessKeyId: &id}); err != nil {
			t.Fatal(err)
		}
	}
	return env
}
