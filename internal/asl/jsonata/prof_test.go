package jsonata
import ("testing";"time";"fmt";"runtime/pprof";"os")
func TestProf(t *testing.T){
 go func(){ time.Sleep(2*time.Second); pprof.Lookup("goroutine").WriteTo(os.Stdout,2) }()
 for _, s := range []string{`($f := function($n){1+$f($n+1)}; $f(0))`} {
  e,_ := Compile(s); ss,_ := Begin(Env{}); t0:=time.Now(); _,err := ss.Eval(e); fmt.Println(err, time.Since(t0)); ss.Close()
 }
}
