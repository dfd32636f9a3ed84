package servicequotas_test

import (
	"strings"
	"testing"

	awsquotas "github.com/aws/aws-sdk-go-v2/service/servicequotas"

	"github.com/ec2-quarantine/quarantine/internal/aws/servicequotas"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheAppliedQuotaHoldsBeforeAWSsDefault(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	c := servicequotas.New(a.ServiceQuotas())
	if got, err := c.Quota(t.Context(), "vpc", "L-B4A6D682"); err != nil || got != 200 {
		t.Errorf("%g, %v", got, err)
	}
	a.SetQuota("vpc", "L-B4A6D682", 7)
	if got, err := c.Quota(t.Context(), "vpc", "L-B4A6D682"); err != nil || got != 7 {
		t.Errorf("%g, %v", got, err)
	}
	if _, err := c.Quota(t.Context(), "vpc", "L-00000000"); !quarantine.Is(err, quarantine.ThingGone) {
		t.Error(err)
	}
}

// Moto has AWS's defaults of the VPC, as AWS listed them once.
func TestAQuotaOverMoto(t *testing.T) {
	t.Parallel()
	c := servicequotas.New(awsquotas.NewFromConfig(moto.NewAccount(t).Config()))
	if got, err := c.Quota(t.Context(), "vpc", "L-B4A6D682"); err != nil || got != 200 {
		t.Errorf("%g, %v", got, err)
	}
}

func TestADeniedQuotaSaysWhatToAllow(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"GetServiceQuota", "GetAWSDefaultServiceQuota"} {
		a := account.New(account.Options{})
		a.Inject(account.Fault{Operation: operation, Kind: account.Deny})
		_, err := servicequotas.New(a.ServiceQuotas()).Quota(t.Context(), "vpc", "L-B4A6D682")
		if !quarantine.Is(err, quarantine.AccessDenied) || !strings.Contains(err.Error(), "allow servicequotas:"+operation) {
			t.Error(err)
		}
	}
}
