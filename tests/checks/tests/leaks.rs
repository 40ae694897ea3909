//! After a thousand runs against a paused server, a process has the sockets, threads, tasks and memory that it had before.

use healthsdk_check_tests::leaks;

healthsdk_check_tests::tests!(leaks::run);
