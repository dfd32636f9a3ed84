package sts_test

import (
	"testing"

	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/internal/mototest"
	"github.com/ec2-quarantine/quarantine/internal/sts/ststest"
)

func TestContractOverMoto(t *testing.T) {
	t.Parallel()
	account := mototest.NewAccount(t)
	ststest.Contract(t, func(*testing.T) ststest.Env {
		return ststest.Env{API: awssts.NewFromConfig(account.Config()), AccountID: account.ID}
	})
}
