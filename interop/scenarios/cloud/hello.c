/* The program of the guides' MPI example (pcs.md A4, 2024 T4). */
#include <mpi.h>
#include <stdio.h>
int main(int argc, char **argv) {
  int rank, size, length;
  char name[MPI_MAX_PROCESSOR_NAME];
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Get_processor_name(name, &length);
  printf("Hello world from processor %s, rank %d out of %d processors\n", name, rank, size);
  MPI_Finalize();
  return 0;
}
