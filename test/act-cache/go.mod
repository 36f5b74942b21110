module ecs-pipeline/act-cache

go 1.19

require github.com/nektos/act v0.2.60

require (
	github.com/julienschmidt/httprouter v1.3.0 // indirect
	github.com/sirupsen/logrus v1.9.3 // indirect
	github.com/timshannon/bolthold v0.0.0-20210913165410-232392fc8a6a // indirect
	go.etcd.io/bbolt v1.3.9 // indirect
	golang.org/x/sys v0.17.0 // indirect
)
