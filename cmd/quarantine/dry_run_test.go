package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/internal/aws/dryrun"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// As the functions' clients do: see internal/aws/dryrun.
func TestTheCommandLinesClientsChangeNothingUnderADryRun(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		_, _ = io.WriteString(w, `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account>
			<Arn>arn:aws:iam::111122223333:user/oncall</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "test", "AWS_PROFILE": "", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
	} {
		t.Setenv(name, value)
	}
	c, err := connect(t.Context(), "", server.URL, "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	asked, ctx := calls.Load(), quarantine.DryRun(t.Context())
	changes := map[string]error{}
	_, changes["CreateNetworkAcl"] = c.ec2.CreateNetworkAcl(ctx, &awsec2.CreateNetworkAclInput{VpcId: aws.String("vpc-1")})
	_, changes["DeleteTable"] = c.dynamodb.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String("ledger")})
	_, changes["DeleteRolePolicy"] = c.iam.DeleteRolePolicy(ctx, &awsiam.DeleteRolePolicyInput{RoleName: aws.String("r"), PolicyName: aws.String("p")})
	for operation, err := range changes {
		if refused, ok := errors.AsType[*dryrun.RefusedError](err); !ok || refused.Operation != operation {
			t.Errorf("%s: %v", operation, err)
		}
	}
	if n := calls.Load() - asked; n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}
