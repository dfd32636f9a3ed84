package iam_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/aws/iam/iamtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	iamtest.Contract(t, func(t *testing.T) iamtest.Env { return motoEnv(t) })
}

func motoEnv(t *testing.T) iamtest.Env {
	t.Helper()
	account := moto.NewAccount(t)
	api := awsiam.NewFromConfig(account.Config())
	env := iamtest.Env{API: api, AccountID: account.ID, Role: "web", Differs: moto.IAM}
	for name, arn := range map[string]*string{"web": &env.Profile, "empty": &env.Empty} {
		made, err := api.CreateInstanceProfile(t.Context(), &awsiam.CreateInstanceProfileInput{InstanceProfileName: &name})
		if err != nil {
			t.Fatal(err)
		}
		*arn = *made.InstanceProfile.Arn
	}
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	if _, err := api.CreateRole(t.Context(), &awsiam.CreateRoleInput{RoleName: aws.String("web"), AssumeRolePolicyDocument: &trust}); err != nil {
		t.Fatal(err)
	}
	_, err := api.AddRoleToInstanceProfile(t.Context(), &awsiam.AddRoleToInstanceProfileInput{
		RoleName: aws.String("web"), InstanceProfileName: aws.String("web"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// If this test fails, moto has become more like IAM: remove that difference.
func TestMotoStillDiffers(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	moto.IAM.StillHold(t, map[moto.Difference]func(*testing.T) bool{
		moto.NoLimitOfPolicies: func(t *testing.T) bool {
			env := motoEnv(t)
			for _, name := range []string{"a", "b", "c"} {
				_, err := env.API.PutRolePolicy(t.Context(), &awsiam.PutRolePolicyInput{
					RoleName: &env.Role, PolicyName: &name, PolicyDocument: aws.String(iamtest.Half()),
				})
				if err != nil {
					return false
				}
			}
			return true
		},
	})
}
