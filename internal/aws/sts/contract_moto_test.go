package sts_test

import (
	"testing"

	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/internal/aws/sts/ststest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	account := moto.NewAccount(t)
	ststest.Contract(t, func(*testing.T) ststest.Env {
		return ststest.Env{API: awssts.NewFromConfig(account.Config()), AccountID: account.ID}
	})
}
