// One measurement of LinBox for the bench `exact`: a matrix in the SMS format, seconds and answer on the standard output.
//
//   linbox FILE.sms             the rank modulo a word-size prime, by sparse elimination
//   linbox FILE.sms SIDE        the exact solution of A x = b, by dense p-adic lifting; SIDE holds b, an integer a line
//
// Only the call itself is timed. An answer is a line: the rank, or the numerators of x and then their one denominator.
#include <linbox/linbox-config.h>

#include <chrono>
#include <fstream>
#include <iostream>

#include <linbox/matrix/dense-matrix.h>
#include <linbox/matrix/sparse-matrix.h>
#include <linbox/ring/modular.h>
#include <linbox/solutions/rank.h>
#include <linbox/solutions/solve.h>

using Field = Givaro::Modular<double>;
using Ring = Givaro::ZRing<Givaro::Integer>;

template <class Call> double seconds(Call call) {
    auto start = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int main(int count, char **arguments) {
    if (count != 2 && count != 3) return 3;
    std::ifstream file(arguments[1]);
    if (count == 2) {
        Field field(67108859);
        LinBox::MatrixStream<Field> stream(field, file);
        LinBox::SparseMatrix<Field, LinBox::SparseMatrixFormat::SparseSeq> matrix(stream);
        size_t rank = 0;
        double time = seconds([&] { LinBox::rankInPlace(rank, matrix, LinBox::Method::SparseElimination()); });
        std::cout << time << "\n" << rank << std::endl;
        return 0;
    }
    Ring ring;
    LinBox::MatrixStream<Ring> stream(ring, file);
    LinBox::DenseMatrix<Ring> matrix(stream);
    LinBox::DenseVector<Ring> right(ring, matrix.rowdim()), found(ring, matrix.coldim());
    std::ifstream side(arguments[2]);
    for (size_t row = 0; row < matrix.rowdim(); ++row) side >> right[row];
    Givaro::Integer denominator;
    double time = seconds([&] { LinBox::solve(found, denominator, matrix, right, LinBox::Method::Dixon()); });
    std::cout << time << "\n";
    for (size_t column = 0; column < matrix.coldim(); ++column) std::cout << found[column] << " ";
    std::cout << denominator << std::endl;
}
